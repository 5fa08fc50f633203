export type GroupCommitOptions = {
  /** How long the first of a group waits for others; 0 = only for what arrives in the same turn of the event loop. */
  maxWaitMs: number;
  maxBatch: number;
  /** Groups on their way at once. While all are, the next one gathers, so that load makes groups larger by itself. Default 2. */
  maxInFlight?: number;
};

/**
 * Lets callers that arrive together share one statement. `write` gets their items in order of arrival and answers in that order;
 * it must be all or nothing and harmless when repeated, since after a failed group each item is tried once alone: one odd item
 * then fails by itself and not its neighbours.
 */
export function createGroupCommit<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  options: GroupCommitOptions,
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve: (result: Result) => void; reject: (reason: unknown) => void };
  const maxInFlight = options.maxInFlight ?? 2;
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let timer: NodeJS.Timeout | NodeJS.Immediate | null = null;

  const writeGroup = async (group: Waiting[]): Promise<void> => {
    try {
      const results = await write(group.map(({ item }) => item));
      if (results.length !== group.length) throw new Error(`a group of ${group.length} was answered with ${results.length} results`);
      group.forEach(({ resolve }, at) => {
        resolve(results[at]!);
      });
    } catch (error) {
      const [only] = group;
      if (group.length === 1) return only!.reject(error);
      for (const one of group) await writeGroup([one]);
    }
  };

  const send = (): void => {
    timer = null;
    while (waiting.length > 0 && inFlight < maxInFlight) {
      const group = waiting.slice(0, options.maxBatch);
      waiting = waiting.slice(options.maxBatch);
      inFlight += 1;
      void writeGroup(group).finally(() => {
        inFlight -= 1;
        if (waiting.length > 0 && timer === null) send();
      });
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (timer !== null || inFlight >= maxInFlight) return;
      timer = options.maxWaitMs > 0 ? setTimeout(send, options.maxWaitMs) : setImmediate(send);
    });
}
