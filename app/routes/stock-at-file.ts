import type { LoaderFunctionArgs } from "@remix-run/node";
import { stockFile } from "#app/flows/stock-file.server.ts";
import { refusal, requireSeller, webContext } from "#app/front.server.ts";
import { en } from "#app/ui/texts/en.ts";
import { readStockAtQuery, wholeStockAt } from "#app/views/stock-at.server.ts";

/** The stock of a moment as a file, narrowed as on its page. */
export async function loader({ request, context }: LoaderFunctionArgs): Promise<Response> {
  const front = await requireSeller(request, context);
  const query = readStockAtQuery(new URL(request.url).searchParams);
  const rows = await wholeStockAt(webContext(context).house, front.seller.id, query);
  if (rows === null) throw refusal(400, "not-found");
  return new Response(stockFile(en.stockAt.fileHead, rows), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="stock.csv"',
      "Cache-Control": "no-store",
    },
  });
}
