import { Form, Link, useNavigation } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

type ImportProps = {
  importing: { done: number; total: number | null; finished: boolean; failure: string | null; paused: boolean };
  listings: number;
  next: string;
};

/** Reading goes on in the worker; this page only follows it. */
export function ImportStep({ importing, listings, next }: ImportProps) {
  const words = useTexts().connect.setup.import;
  const format = useFormat();
  const front = useFront();
  const navigation = useNavigation();
  const { done, total, finished, failure, paused } = importing;
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
          {paused ? (
            <p>{words.paused}</p>
          ) : failure ? (
            <p className="field-error">{words.failed({ reason: failure })}</p>
          ) : (
            <p className="quiet">{words.leave}</p>
          )}
          <Form method="post" className="acts">
            <button
              type="submit"
              name="do"
              value={paused ? "resume-import" : "pause-import"}
              className="act"
              disabled={!front.mayChange || navigation.state !== "idle"}
            >
              {paused ? words.resume : words.pause}
            </button>
          </Form>
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
