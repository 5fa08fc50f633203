/** What a plan made from a file of counts says besides its rows. */
import { z } from "zod";

const notes = z.object({
  title: z.string(),
  items: z.array(z.unknown()),
  same: z.number(),
  problems: z.array(z.object({ line: z.number(), sku: z.string(), problem: z.string() })),
  problemCount: z.number(),
  countedAt: z.coerce.date(),
});

export type StockFileNotes = {
  name: string;
  corrected: number;
  same: number;
  problems: { line: number; sku: string; problem: string }[];
  problemCount: number;
  countedAt: Date;
};

export function stockFileNotes(plan: unknown): StockFileNotes {
  const { title, items, same, problems, problemCount, countedAt } = notes.parse(plan);
  return { name: title, corrected: items.length, same, problems, problemCount, countedAt };
}
