import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { BlockStack, Card } from "@shopify/polaris";
import { momentOf, wallTime } from "#app/domain/wall-time.ts";
import { MOST_BYTES, type OpenedStockFile, openStockFile } from "#app/flows/open-stock-file.server.ts";
import { requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { DownloadFile } from "#app/ui/download-file.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { LineProblems } from "#app/ui/stock-file/line-problems.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { timeZoneOf } from "#app/views/time-zone.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.stockFile.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  const timeZone = await timeZoneOf(house, front.seller.id);
  return { timeZone, wall: wallTime(house.now(), timeZone) };
}

type Refused = Exclude<OpenedStockFile, { outcome: "opened" }> | { outcome: "no-file" | "wrong-moment" };

/** Opens the row-by-row look; nothing changes before that is approved. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Refused | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  // Said before the body is read; the form's own fields are a few hundred bytes.
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES + 10_000) return { outcome: "unreadable", why: "too-large" };
  const form = await request.formData();
  const file = form.get("file");
  if (file === null || typeof file === "string" || file.size === 0) return { outcome: "no-file" };
  const asked = momentOf(String(form.get("at") ?? ""), await timeZoneOf(house, front.seller.id));
  // The field knows minutes: the present one may not be over.
  if (asked === null || asked > house.now()) return { outcome: "wrong-moment" };
  const untouched = form.get("at") === form.get("shown");
  const opened = await openStockFile(house, {
    ...{ sellerId: front.seller.id, actorKey: front.actorKey, name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) },
    countedAt: untouched ? house.now() : asked,
  });
  return opened.outcome === "opened" ? front.redirect(`/changes/${opened.previewId}`) : opened;
}

export default function StockFile() {
  const view = useLoaderData<typeof loader>();
  const words = useTexts();
  const front = useFront();
  const refused = useActionData<typeof action>();
  const busy = useNavigation().state === "submitting";
  return (
    <Screen title={words.stockFile.title} back={{ label: words.inventory.title, url: front.to("/inventory") }}>
      <Card>
        <BlockStack gap="300">
          <p>{words.stockFile.lead}</p>
          <p className="quiet">{words.stockFile.columns}</p>
          <div className="acts">
            <DownloadFile url={front.to("/inventory/counts.csv")} name="counts.csv" label={words.stockFile.template} />
          </div>
          <Form method="post" encType="multipart/form-data">
            <BlockStack gap="300">
              <label className="field">
                {words.stockFile.file}
                <input type="file" name="file" required accept=".csv,.tsv,.txt,text/csv,text/plain" />
              </label>
              <label className="field">
                {words.stockFile.countedAt}
                <input type="datetime-local" name="at" required defaultValue={view.wall} aria-describedby="counted-zone" />
              </label>
              <input type="hidden" name="shown" value={view.wall} />
              <p id="counted-zone" className="quiet">
                {words.stockFile.zone({ zone: view.timeZone })}
              </p>
              {refused && <Refusal refused={refused} />}
              <div>
                <button type="submit" className="chip" aria-pressed="true" disabled={busy || !front.mayChange}>
                  {busy ? words.stockFile.reading : words.stockFile.look}
                </button>
              </div>
            </BlockStack>
          </Form>
        </BlockStack>
      </Card>
    </Screen>
  );
}

function Refusal(props: { refused: Refused }) {
  const { refused } = props;
  const words = useTexts().stockFile;
  switch (refused.outcome) {
    case "no-file":
      return <p role="alert">{words.noFile}</p>;
    case "wrong-moment":
      return <p role="alert">{words.wrongMoment}</p>;
    case "unreadable":
      return <p role="alert">{words.unreadable[refused.why]}</p>;
    case "nothing":
      return (
        <>
          <p role="alert">{words.nothing}</p>
          <LineProblems problems={refused.problems} total={refused.problemCount} />
        </>
      );
    default: {
      const never: never = refused;
      return never;
    }
  }
}
