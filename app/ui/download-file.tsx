import { useState } from "react";
import { useTexts } from "./texts/texts.tsx";

/** Fetched rather than linked: inside Shopify admin only a fetch carries the session token. */
export function DownloadFile(props: { url: string; name: string; label: string }) {
  const words = useTexts().frame;
  const [failed, setFailed] = useState(false);
  const download = async () => {
    setFailed(false);
    try {
      const answer = await fetch(props.url);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const file = URL.createObjectURL(await answer.blob());
      const link = Object.assign(document.createElement("a"), { href: file, download: props.name });
      link.click();
      URL.revokeObjectURL(file);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <button type="button" className="chip" onClick={download}>
        {props.label}
      </button>
      {failed && (
        <span role="alert" className="field-error">
          {words.downloadFailed}
        </span>
      )}
    </>
  );
}
