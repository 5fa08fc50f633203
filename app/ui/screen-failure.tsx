import { isRouteErrorResponse, Link, useRouteError } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { refusalOf } from "./failure-page.tsx";
import { useFront } from "./kit/front-context.tsx";
import { Screen } from "./kit/kit.tsx";
import { useTexts } from "./texts/texts.tsx";

/** A screen that broke inside a frame that stands: said in the screen's place, with a way on. */
export function ScreenFailure() {
  const error = useRouteError();
  const words = useTexts().frame;
  const front = useFront();
  const kind = kindOf(error);
  const said = kind && kind in words.refusals ? words.refusals[kind as keyof typeof words.refusals] : words.failure;
  return (
    <Screen title={said.title}>
      <Card>
        <BlockStack gap="300">
          <Text as="p" tone={kind ? undefined : "critical"}>
            <span role="alert">{said.body}</span>
          </Text>
          <p>
            <Link to={front.to("/")}>{words.failure.home}</Link>
          </p>
        </BlockStack>
      </Card>
    </Screen>
  );
}

function kindOf(error: unknown): string | null {
  return refusalOf(error) ?? (isRouteErrorResponse(error) && error.status === 404 ? "not-found" : null);
}
