/** Ids in the order of a number, with page access by position: what offset paging over 100,000 rows needs. */
export class SortedIds {
  private readonly rows: { key: number; id: number }[] = [];

  get size(): number {
    return this.rows.length;
  }

  add(key: number, id: number): void {
    const at = this.position(key, id);
    const row = this.rows[at];
    if (row?.key === key && row.id === id) return;
    this.rows.splice(at, 0, { key, id });
  }

  remove(key: number, id: number): void {
    const at = this.position(key, id);
    const row = this.rows[at];
    if (row?.key === key && row.id === id) this.rows.splice(at, 1);
  }

  /** How many rows stand before the first one whose key is at least `key`. */
  countBelow(key: number): number {
    return this.position(key, Number.NEGATIVE_INFINITY);
  }

  ascending(from: number, count: number): number[] {
    return this.rows.slice(from, from + count).map((row) => row.id);
  }

  descending(from: number, count: number): number[] {
    const end = this.rows.length - from;
    return this.rows
      .slice(Math.max(0, end - count), Math.max(0, end))
      .reverse()
      .map((row) => row.id);
  }

  private position(key: number, id: number): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = this.rows[middle]!;
      if (row.key < key || (row.key === key && row.id < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
