/** Where a page of a list begins: the sort key and id of the last row shown, as one opaque word for the address bar. */
export type Cursor = { key: string; id: string; direction: "after" | "before" };

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.direction, cursor.key, cursor.id])).toString("base64url");
}

/** Null for anything that is not a cursor of ours: a mangled address shows the first page. */
export function readCursor(text: string | null): Cursor | null {
  if (!text) return null;
  try {
    const [direction, key, id]: unknown[] = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if ((direction !== "after" && direction !== "before") || typeof key !== "string" || typeof id !== "string" || !UUID.test(id))
      return null;
    return { direction, key, id };
  } catch {
    return null;
  }
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type Page<T> = { rows: T[]; nextPage: string | null; previousPage: string | null };

/**
 * One page out of rows read with one row too many, in the direction of reading. `keyOf` names the sort key.
 */
export function pageOf<T extends { id: string }>(read: T[], size: number, cursor: Cursor | null, keyOf: (row: T) => string): Page<T> {
  const more = read.length > size;
  const kept = read.slice(0, size);
  const rows = cursor?.direction === "before" ? kept.reverse() : kept;
  const first = rows[0];
  const last = rows[rows.length - 1];
  const hasPrevious = cursor?.direction === "before" ? more : cursor !== null;
  const hasNext = cursor?.direction === "before" ? true : more;
  return {
    rows,
    nextPage: hasNext && last ? writeCursor({ direction: "after", key: keyOf(last), id: last.id }) : null,
    previousPage: hasPrevious && first ? writeCursor({ direction: "before", key: keyOf(first), id: first.id }) : null,
  };
}
