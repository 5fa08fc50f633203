import { useTexts } from "../texts/texts.tsx";

/** What is agreed to, beside the button that agrees; its version travels with the form and is recorded. */
export function Consent() {
  const words = useTexts().connect.consent;
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
