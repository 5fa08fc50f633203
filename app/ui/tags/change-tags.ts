import { useFetcher } from "@remix-run/react";
import { useCallback, useEffect, useRef } from "react";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { TagsAnswer, TagsRequest } from "./tags-answer.ts";

/** Sends a change of tags; says when it is done, or leads to the rows that it would change. */
export function useChangeTags(onDone?: () => void) {
  const front = useFront();
  const toast = useToast();
  const words = useTexts().tags;
  const { submit, data, state } = useFetcher<TagsAnswer>();
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    if (data?.outcome !== "done") return;
    toast({ text: data.items === 0 ? words.nothing : words.done });
    done.current?.();
  }, [data, toast, words]);
  const send = useCallback(
    (request: TagsRequest) => submit(request, { method: "post", action: front.to("/tags"), encType: "application/json" }),
    [submit, front],
  );
  return { send, busy: state !== "idle", wrong: data?.outcome === "no-tag" };
}
