import { describe, expect, it } from "vitest";
import { NOW, renderInFrame, textOf } from "#app/testing/render-in-frame.tsx";
import { NoticeList } from "./notice-list.tsx";
import { useVersionFacts } from "./version-facts.tsx";

type Facts = Parameters<ReturnType<typeof useVersionFacts>>[0];

const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const facts = (change: Partial<Facts> = {}): Facts => ({
  now: NOW,
  apiVersion: { version: "v3", endsOn: null },
  watch: { state: "well", registered: true, since: null, problem: null },
  doorRefused: null,
  tokenUntil: null,
  tokenRenews: false,
  deliveries: [],
  ...change,
});

function List(props: { of: Facts }) {
  const make = useVersionFacts();
  return (
    <ul>
      {make(props.of).map((fact) => (
        <li key={fact.label}>
          {fact.label}: {fact.value}
        </li>
      ))}
    </ul>
  );
}
const said = (change: Partial<Facts>) => textOf(renderInFrame(<List of={facts(change)} />));

describe("what a connection rests on", () => {
  it.each<[string, Facts["watch"], RegExp]>([
    ["well", { state: "well", registered: true, since: null, problem: null }, /Webhooks: registered, no delivery yet/],
    ["nobody looked, nothing set up", { state: null, registered: false, since: null, problem: null }, /Webhooks: no delivery yet/],
    [
      "mended",
      { state: "mended", registered: true, since: inDays(-1), problem: null },
      /Webhooks: had been switched off; we switched them on/,
    ],
    ["silent", { state: "silent", registered: true, since: null, problem: null }, /Webhooks: no word of the last orders/],
    [
      "broken",
      { state: "broken", registered: false, since: inDays(-1), problem: "Challenge failed." },
      /switched off since about .* Challenge failed\./,
    ],
  ])("webhooks that are %s", (_, watch, words) => {
    expect(said({ watch })).toMatch(words);
  });

  it.each<[string, Partial<Facts>, RegExp]>([
    ["that is far away is a day", { tokenUntil: inDays(200) }, /Access until: [\w, ]+2027 API/],
    ["that is near counts down and says what to do", { tokenUntil: inDays(7) }, /: 7 days left\. Connect the channel again/],
    ["on its last day", { tokenUntil: inDays(0.5) }, /: 1 day left/],
    ["that use prolongs frightens nobody", { tokenUntil: inDays(7), tokenRenews: true }, /prolonged by itself while/],
    ["that nobody names", { tokenRenews: true }, /Access until: prolonged by itself/],
    ["that there is none of", {}, /Access until: does not end/],
  ])("an access %s", (_, change, words) => {
    expect(said(change)).toMatch(words);
  });

  it.each<[number, RegExp]>([
    [200, /2026-10, supported until [^(]*$/],
    [60, /2026-10, supported until .* \(\d+ days\)/],
    [-2, /2026-10, no longer supported since/],
  ])("a version that ends in %s days", (days, words) => {
    expect(said({ apiVersion: { version: "2026-10", endsOn: inDays(days).toISOString().slice(0, 10) } })).toMatch(words);
  });
});

describe("what the platform says of its interface", () => {
  const notice = {
    id: "1",
    operation: "getItem",
    kind: "deprecated",
    text: "use getThing",
    endsAt: new Date("2027-06-01T12:00:00Z"),
    lastAt: NOW,
  };

  it("is one line an operation, with its end where there is one", () => {
    const text = textOf(renderInFrame(<NoticeList notices={[notice]} />));
    expect(text).toMatch(/interface \(1\).*Will go: getItem\. use getThing .*Ends on/);
    expect(text).toMatch(/2027/);
  });

  it("is nothing where nothing was said", () => {
    expect(textOf(renderInFrame(<NoticeList notices={[]} />))).toBe("");
  });
});
