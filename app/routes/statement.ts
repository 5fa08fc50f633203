import type { LoaderFunctionArgs } from "@remix-run/node";
import { statementFile } from "#app/flows/statement-file.server.ts";
import { refusal, requireSeller, webContext } from "#app/front.server.ts";
import { en } from "#app/ui/texts/en.ts";
import { wholeStatement } from "#app/views/statement.server.ts";

/** The statement of a channel that was left, whole, as a file. */
export async function loader({ request, context, params }: LoaderFunctionArgs): Promise<Response> {
  const front = await requireSeller(request, context);
  const found = await wholeStatement(webContext(context).house, front.seller.id, params.connectionId ?? "");
  if (found === null) throw refusal(404, "not-found");
  const { listing, sku, number, at, wanted, why } = en.leaving.columns;
  return new Response(statementFile([listing, sku, number, at, wanted, why], found.lines), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="statement.csv"',
      "Cache-Control": "no-store",
    },
  });
}
