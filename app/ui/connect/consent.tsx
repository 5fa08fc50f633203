import type { ChannelName } from "#app/domain/channel-words.ts";
import { useTexts } from "../texts/texts.tsx";
import { consentFor } from "./consent-for.ts";

/** What is agreed to, beside the button that agrees; its version travels with the form and is recorded. */
export function Consent({ channel }: { channel: ChannelName }) {
  const words = consentFor(useTexts().connect, channel);
  return (
    <div>
      <input type="hidden" name="consent" value={words.version} />
      <p>{words.title}</p>
      <ul className="plain-points quiet">
        {words.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </div>
  );
}
