import type { LoaderFunctionArgs } from "@remix-run/node";
import { countSheetOf } from "#app/flows/count-sheet.server.ts";
import { requireSeller, webContext } from "#app/front.server.ts";
import { en } from "#app/ui/texts/en.ts";

/** All items with what the ledger says of them, as a file. */
export async function loader({ request, context }: LoaderFunctionArgs): Promise<Response> {
  const front = await requireSeller(request, context);
  return new Response(await countSheetOf(webContext(context).house, front.seller.id, en.stockFile.head), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="counts.csv"',
      "Cache-Control": "no-store",
    },
  });
}
