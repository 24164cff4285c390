/** A number of places, of which one client gets half at most, so that there is one for another. */
export class Places {
  readonly most: number;
  readonly #byClient = new Map<string, number>();
  #taken = 0;

  constructor(most: number) {
    this.most = most;
  }

  get taken(): number {
    return this.#taken;
  }

  /** @returns what gives the place back, to be called once; undefined when there is none for this client */
  take(client: string): (() => void) | undefined {
    const own = this.#byClient.get(client) ?? 0;
    if (this.#taken >= this.most || own >= Math.ceil(this.most / 2)) return undefined;
    this.#taken += 1;
    this.#byClient.set(client, own + 1);
    return () => {
      this.#taken -= 1;
      const left = (this.#byClient.get(client) ?? 1) - 1;
      if (left === 0) this.#byClient.delete(client);
      else this.#byClient.set(client, left);
    };
  }
}
