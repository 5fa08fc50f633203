import { type KeyboardEvent, useCallback, useState } from "react";

export type Cell = { row: number; column: number };

const MOVES: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * One tab stop for a table of buttons; arrows move among them. Buttons carry `data-row` and `data-column`; where a row has no
 * button in a column, the nearest one to the left is taken.
 */
export function useGridFocus() {
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  const onKeyDown = useCallback((event: KeyboardEvent<HTMLElement>) => {
    const move = MOVES[event.key];
    const from = event.target instanceof HTMLElement ? cellOf(event.target) : null;
    if (!move || !from) return;
    const cells = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row][data-column]")];
    const next = nearest(cells, { row: from.row + move[0], column: from.column + move[1] }, move);
    if (!next) return;
    event.preventDefault();
    const cell = cellOf(next);
    if (cell) setActive(cell);
    next.focus();
  }, []);
  return { active, setActive, onKeyDown };
}

function cellOf(element: HTMLElement): Cell | null {
  const { row, column } = element.dataset;
  return row === undefined || column === undefined ? null : { row: Number(row), column: Number(column) };
}

function nearest(cells: HTMLElement[], to: Cell, move: [number, number]): HTMLElement | null {
  const inRow = cells.filter((cell) => cellOf(cell)?.row === to.row);
  if (move[0] === 0) {
    const beyond = inRow.filter((cell) => ((cellOf(cell)?.column ?? 0) - to.column) * move[1] >= 0);
    return (move[1] > 0 ? beyond[0] : beyond.at(-1)) ?? null;
  }
  return inRow.filter((cell) => (cellOf(cell)?.column ?? 0) <= to.column).at(-1) ?? inRow[0] ?? null;
}
