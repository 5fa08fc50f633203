/** One thing that must work before a process may be given traffic. Answers null, or in plain words what is missing. */
export type ReadinessCheck = { name: string; check: () => Promise<string | null> };

export type Readiness = { ready: boolean; checks: Record<string, "ok" | string> };

/** Asks all at once; a check that throws or takes longer than `withinMs` counts as missing. */
export async function askReadiness(checks: readonly ReadinessCheck[], withinMs: number): Promise<Readiness> {
  const answers = await Promise.all(checks.map(async ({ name, check }) => [name, (await answerOf(check, withinMs)) ?? "ok"] as const));
  return { ready: answers.every(([, answer]) => answer === "ok"), checks: Object.fromEntries(answers) };
}

/** Whether the database still has the migrations that this code was written for; `missing` reads Prisma's own table. */
export function migrationsCheck(missing: () => Promise<readonly string[]>): ReadinessCheck {
  return {
    name: "database",
    check: async () => {
      const [first, ...others] = await missing();
      return first ? `${others.length + 1} migration(s) are missing, the first is ${first}: run \`npm run migrate\`` : null;
    },
  };
}

async function answerOf(check: () => Promise<string | null>, withinMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${withinMs} ms`), withinMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return error instanceof Error && "code" in error ? `does not answer (${String(error.code)})` : "does not answer";
  } finally {
    clearTimeout(timer);
  }
}
