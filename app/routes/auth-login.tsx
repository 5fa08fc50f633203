import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { refusal, webContext } from "#app/front.server.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";

async function login({ request, context }: LoaderFunctionArgs) {
  const door = webContext(context).fronts?.app;
  if (!door) throw refusal(503, "no-embedded");
  const answer = await door.login(request);
  // The library answers with a redirect by throwing it; what comes back is only whether the address was usable.
  return answer instanceof Response ? { problem: false } : answer;
}

export const loader = (args: LoaderFunctionArgs) => login(args);
export const action = (args: ActionFunctionArgs) => login(args);

export default function ShopLogin() {
  const words = useTexts().frame.login;
  const loaded = useLoaderData<typeof loader>();
  const problem = useActionData<typeof action>()?.problem ?? loaded.problem;
  return (
    <main style={{ maxWidth: "32rem", margin: "15vh auto", padding: "0 1.25rem", fontFamily: "system-ui, sans-serif" }}>
      <h1>{words.title}</h1>
      <p>{words.body}</p>
      <Form method="post">
        <label>
          {words.field}{" "}
          <input name="shop" placeholder={words.hint} aria-invalid={problem} aria-describedby={problem ? "shop-problem" : undefined} />
        </label>{" "}
        <button type="submit">{words.button}</button>
        {problem && (
          <p id="shop-problem" role="alert">
            {words.problem}
          </p>
        )}
      </Form>
    </main>
  );
}
