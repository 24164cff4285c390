/** Who asks for a program's verdict. Clients take turns, and so do the calls of one client. */
export interface Caller {
  /** E.g. the address of its connection. */
  readonly client: string;
  /** One of its calls, compared by identity. */
  readonly call: unknown;
}

/**
 * A queue in which callers take turns, so that one who asks for a thousand things holds up another's one thing by a
 * single turn. What one call asks for keeps its order.
 */
export class FairQueue<T> {
  /** Clients in the order of their turns, their calls likewise; none is empty. */
  readonly #clients = new Map<string, Map<unknown, Set<T>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param entry not in the queue yet */
  push({ client, call }: Caller, entry: T): void {
    const calls = this.#clients.get(client) ?? new Map<unknown, Set<T>>();
    const entries = calls.get(call) ?? new Set<T>();
    this.#clients.set(client, calls.set(call, entries.add(entry)));
    this.#size += 1;
  }

  /** Takes the next entry out; its caller's next turn comes after everybody else's. */
  shift(): T | undefined {
    for (const [client, calls] of this.#clients) {
      for (const [call, entries] of calls) {
        for (const entry of entries) {
          this.delete({ client, call }, entry);
          this.#toTheEnd(client, call);
          return entry;
        }
      }
    }
    return undefined;
  }

  /** Takes an entry out of turn. @returns whether it was there */
  delete({ client, call }: Caller, entry: T): boolean {
    const calls = this.#clients.get(client);
    const entries = calls?.get(call);
    if (calls === undefined || entries?.delete(entry) !== true) return false;
    this.#size -= 1;
    if (entries.size === 0) calls.delete(call);
    if (calls.size === 0) this.#clients.delete(client);
    return true;
  }

  #toTheEnd(client: string, call: unknown): void {
    const calls = this.#clients.get(client);
    if (calls === undefined) return;
    this.#clients.delete(client);
    this.#clients.set(client, calls);
    const entries = calls.get(call);
    if (entries === undefined) return;
    calls.delete(call);
    calls.set(call, entries);
  }
}
