import type { LoaderFunctionArgs } from "@remix-run/node";
import { exposureFile } from "#app/flows/exposure-file.server.ts";
import { requireSeller, webContext } from "#app/front.server.ts";
import { en } from "#app/ui/texts/en.ts";
import { wholeExposure } from "#app/views/exposure.server.ts";

/** Every item and channel pair of a month, as a file. */
export async function loader({ request, context }: LoaderFunctionArgs): Promise<Response> {
  const front = await requireSeller(request, context);
  const asked = new URL(request.url).searchParams.get("month");
  const { month, rows } = await wholeExposure(webContext(context).house, front.seller.id, asked);
  const named = (channel: string | null, shop: string | null) =>
    channel === null ? en.exposure.notSold : `${en.numbers.channel[channel] ?? channel} · ${shop ?? ""}`;
  const lines = rows.map((row) => ({ ...row, soldOn: named(row.soldOn, row.soldOnName), shownOn: named(row.channel, row.channelName) }));
  return new Response(exposureFile(en.exposure.fileHead, lines), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="exposure-${month}.csv"`,
      "Cache-Control": "no-store",
    },
  });
}
