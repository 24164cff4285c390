import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backend, type Tensor } from '../tf.ts';
import { encodeSavedModel } from './graph-def.ts';

/** A TensorFlow session over one graph. It owns its resource variables; sessions share nothing. */
export class Session {
  private readonly id: number;

  /** @param nodes encoded NodeDefs, see `encodeNode` */
  constructor(nodes: readonly Uint8Array[]) {
    const folder = mkdtempSync(join(tmpdir(), 'leti-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(nodes));
      this.id = backend.loadSavedModelMetaGraph(folder, 'serve');
    } finally {
      // The session holds the graph in memory; the file was only the way in.
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * Feeds the placeholders, runs what the fetched nodes need, and returns their first outputs in order.
   * The feeds are borrowed; the caller disposes the results. On a CPU neither is copied.
   */
  run(feeds: ReadonlyMap<string, Tensor>, fetches: readonly string[]): Tensor[] {
    const infos = [...feeds.keys()].map((node) => ({ name: `${node}:0` }));
    return backend.runSavedModel(
      this.id,
      [...feeds.values()],
      infos,
      fetches.map((node) => `${node}:0`),
    );
  }

  /** Frees the session and its variables. */
  dispose(): void {
    backend.deleteSavedModel(this.id);
  }
}
