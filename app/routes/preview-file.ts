import type { LoaderFunctionArgs } from "@remix-run/node";
import type { TargetStep } from "#app/domain/target.ts";
import { previewFile } from "#app/flows/preview-file.server.ts";
import { refusal, requireSeller, webContext } from "#app/front.server.ts";
import { en } from "#app/ui/texts/en.ts";
import { wholePreview } from "#app/views/preview.server.ts";
import { readPreviewQuery } from "#app/views/preview-query.ts";

/** Every row of a preview or plan as a file, narrowed and ordered as on its page. */
export async function loader({ request, context, params }: LoaderFunctionArgs): Promise<Response> {
  const front = await requireSeller(request, context);
  const asked = new URL(request.url).searchParams;
  const rows = await wholePreview(webContext(context).house, front.seller.id, {
    ...readPreviewQuery(asked),
    previewId: params.previewId ?? asked.get("preview"),
    connectionId: params.connectionId ?? null,
  });
  if (rows === null) throw refusal(404, "not-found");
  const { channel } = en.numbers;
  const lines = rows.map((row) => ({
    ...{ channel: channel[row.channel] ?? row.channel, title: row.title, sku: row.sku, now: row.before, after: row.after },
    ...{ change: en.preview.change[row.change], why: row.steps.map(stepInWords).join("; ") },
  }));
  return new Response(previewFile(en.preview.fileHead, lines), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="preview.csv"',
      "Cache-Control": "no-store",
    },
  });
}

function stepInWords(step: TargetStep): string {
  const text = (n: number | null) => (n === null ? "" : String(n));
  const words = { figure: text(step.figure), result: text(step.result), because: (step.because ?? []).join(", "), since: step.since ?? "" };
  return en.numbers.step[step.kind](words);
}
