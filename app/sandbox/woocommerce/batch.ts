/** POST .../batch: always 200, each item for itself; schema validation does not happen here. */
import type { SimResponse } from "../simulator.ts";
import { json, RestError } from "./answers.ts";
import type { Json } from "./render.ts";

export type BatchDo = {
  create(item: Json): Json;
  update(id: number, item: Json): Json;
  remove(id: number): Json;
};

const MOST = 100;

export function batch(body: Json, how: BatchDo): SimResponse {
  const list = (name: string): unknown[] => (Array.isArray(body[name]) ? (body[name] as unknown[]) : []);
  const creates = list("create");
  const updates = list("update");
  const deletes = list("delete");
  if (creates.length + updates.length + deletes.length > MOST) {
    throw new RestError(413, "woocommerce_rest_request_entity_too_large", `Unable to accept more than ${MOST} items for this request.`);
  }
  const answer: Json = {};
  if (creates.length > 0) answer.create = creates.map((item) => each(0, () => how.create(asObject(item))));
  if (updates.length > 0) {
    answer.update = updates.map((item) => {
      const id = Number(asObject(item).id ?? 0);
      return each(id, () => how.update(id, asObject(item)));
    });
  }
  if (deletes.length > 0) answer.delete = deletes.map((id) => each(Number(id), () => how.remove(Number(id))));
  return json(200, Object.keys(answer).length > 0 ? answer : []);
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function each(id: number, act: () => Json): Json {
  try {
    return act();
  } catch (error) {
    if (error instanceof RestError) return { id, error: error.body() };
    throw error;
  }
}
