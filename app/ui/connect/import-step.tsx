import { Link } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type ImportProps = {
  importing: { done: number; total: number | null; finished: boolean; failure: string | null };
  listings: number;
  next: string;
};

/** Reading goes on in the worker; this page only follows it. */
export function ImportStep({ importing, listings, next }: ImportProps) {
  const words = useTexts().connect.setup.import;
  const format = useFormat();
  const { done, total, finished, failure } = importing;
  return (
    <>
      <Text as="h2" variant="headingMd">
        {words.heading}
      </Text>
      {finished ? (
        <p role="status">{words.done({ n: listings, text: format.number(listings) })}</p>
      ) : (
        <>
          <progress
            className="bar"
            aria-label={words.heading}
            value={total === null ? undefined : Math.min(done, total)}
            max={total ?? undefined}
          />
          <p role="status">{words.progress({ done: format.number(done), total: total === null ? null : format.number(total) })}</p>
          {failure ? <p className="field-error">{words.failed({ reason: failure })}</p> : <p className="quiet">{words.leave}</p>}
        </>
      )}
      {finished && (
        <div className="acts">
          <Link className="act" to={next}>
            {words.next}
          </Link>
        </div>
      )}
    </>
  );
}
