import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One request that came. */
export interface SeenRequest {
  readonly server: 'hub' | 'storage';
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface TestHub {
  readonly endpoint: string;
  readonly commit: string;
  /** In the order in which they came. */
  readonly seen: readonly SeenRequest[];
}

export interface TestHubOptions {
  /** `owner/name`. */
  readonly repo: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Requests without this are refused. */
  readonly token?: string;
  /** Leave hashes and sizes out of the listing, as some mirrors do. */
  readonly bareListing?: boolean;
  /** Looks at a download before it is answered: may answer it itself, and returns whether it did. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse, content: Uint8Array) => boolean;
}

/** Files beyond so many bytes lie on the storage server, as a hub's large files do. */
export const LARGE_BYTES = 4096;

/**
 * A hub with one model, as the public one speaks HTTP, and a storage server on another origin that it redirects to for
 * large files. Both end with the running test.
 */
export async function testHub({
  repo,
  files,
  token,
  bareListing = false,
  intercept,
}: TestHubOptions): Promise<TestHub> {
  const commit = createHash('sha1').update(repo).digest('hex');
  const seen: SeenRequest[] = [];
  const note = (server: SeenRequest['server'], { method = '', url = '', headers }: IncomingMessage): void => {
    seen.push({ server, method, path: url, range: headers.range, authorization: headers.authorization });
  };

  const storage = await listen((request, response) => {
    note('storage', request);
    const content = files[decodeURIComponent(request.url!.slice(1))]!;
    if (intercept?.(request, response, content) !== true) sendRange(request, response, content);
  });
  const endpoint = await listen((request, response) => {
    note('hub', request);
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return void response.writeHead(401).end();
    const { pathname } = new URL(request.url!, 'http://hub');
    if (pathname.startsWith(`/api/models/${repo}/revision/`)) {
      const known = pathname.endsWith('/main') || pathname.endsWith(`/${commit}`);
      if (!known) return void response.writeHead(404).end();
      const siblings = Object.entries(files).map(([name, content]) =>
        bareListing ? { rfilename: name } : siblingOf(name, content),
      );
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ sha: commit, siblings }));
    }
    const name = pathname.slice(`/${repo}/resolve/${commit}/`.length);
    const content = pathname.startsWith(`/${repo}/resolve/${commit}/`) ? files[name] : undefined;
    if (content === undefined) return void response.writeHead(404).end();
    if (content.length > LARGE_BYTES) {
      const headers = {
        location: `${storage}/${name}`,
        'x-linked-etag': `"${sha256(content)}"`,
        'x-linked-size': content.length,
      };
      return void response.writeHead(302, headers).end();
    }
    if (intercept?.(request, response, content) !== true) sendRange(request, response, content);
  });
  return { endpoint, commit, seen };
}

/** Answers with what the Range header asks for. */
export function sendRange({ method, headers }: IncomingMessage, response: ServerResponse, content: Uint8Array): void {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const body = content.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    etag: `"${gitHash(content)}"`,
    'content-length': body.length,
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function siblingOf(rfilename: string, content: Uint8Array): object {
  const large = content.length > LARGE_BYTES;
  const lfs = { sha256: sha256(content), size: content.length, pointerSize: 134 };
  return { rfilename, size: content.length, blobId: gitHash(content), ...(large && { lfs }) };
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const gitHash = (content: Uint8Array): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
