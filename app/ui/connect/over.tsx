import { Link } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

/** A try that is over: why, and the way to a new one. */
export function Over(props: { title: string; children: React.ReactNode }) {
  const words = useTexts().connect.attempt;
  const front = useFront();
  return (
    <>
      <Text as="h2" variant="headingMd">
        {props.title}
      </Text>
      {props.children}
      <div className="acts">
        <Link className="act" to={front.to("/channels/connect")}>
          {words.again}
        </Link>
      </div>
    </>
  );
}
