import { TILE_ROWS } from './decode-shape.ts';
import type { SampleGroup } from './sample-group.ts';

/** A group's tiles, which all hold its prompt, and its rows. */
interface Party {
  readonly tiles: number[];
  /** Row i sits in tile i / TILE_ROWS, so only the last tile has free seats. */
  readonly rows: number[];
}

/** What `Tiles.take` did. */
export interface Taken {
  /** How many rows have a seat: the first ones. */
  readonly count: number;
  /** Tiles that must be filled with the group's prompt. */
  readonly fill: readonly number[];
  /** A tile that holds the prompt already, if any does. */
  readonly source: number | undefined;
}

/** Which tiles hold whose prompt, and which rows sit in them. */
export class Tiles {
  readonly #free: number[];
  /** A group without rows keeps a tile until another group needs it. */
  readonly #parties = new Map<SampleGroup, Party>();

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, i) => count - 1 - i);
  }

  /** Gives rows a seat with their group's prompt, in order, as far as tiles go. */
  take(group: SampleGroup, rows: readonly number[]): Taken {
    const party = this.#parties.get(group) ?? { tiles: [], rows: [] };
    this.#parties.set(group, party);
    const source = party.tiles[0];
    const fill: number[] = [];
    let count = 0;
    for (const row of rows) {
      if (party.rows.length === party.tiles.length * TILE_ROWS) {
        const tile = this.#freeTile(party);
        if (tile === undefined) break;
        party.tiles.push(tile);
        fill.push(tile);
      }
      party.rows.push(row);
      count++;
    }
    if (party.tiles.length === 0) this.#parties.delete(group);
    return { count, fill, source };
  }

  /** Takes a row's seat away. The group's last row moves there, which is no more than a number: its prompt is the same. */
  leave(group: SampleGroup, row: number): void {
    const { tiles, rows } = this.#parties.get(group)!;
    const last = rows.pop()!;
    if (last !== row) rows[rows.indexOf(row)] = last;
    while (tiles.length > Math.max(1, Math.ceil(rows.length / TILE_ROWS))) this.#free.push(tiles.pop()!);
  }

  /** Takes back what `take` gave a group that had nothing before: the tiles hold no prompt. */
  forget(group: SampleGroup): void {
    this.#free.push(...this.#parties.get(group)!.tiles);
    this.#parties.delete(group);
  }

  /** Where each row sits: tile · TILE_ROWS + seat; −1 for rows without a seat. @param rows R */
  seats(rows: number): Int32Array {
    const seats = new Int32Array(rows).fill(-1);
    for (const party of this.#parties.values()) {
      for (const [i, row] of party.rows.entries()) {
        seats[row] = party.tiles[Math.floor(i / TILE_ROWS)]! * TILE_ROWS + (i % TILE_ROWS);
      }
    }
    return seats;
  }

  #freeTile(taker: Party): number | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    for (const [group, party] of this.#parties) {
      if (party.rows.length > 0 || party === taker) continue;
      this.#parties.delete(group);
      return party.tiles[0];
    }
    return undefined;
  }
}
