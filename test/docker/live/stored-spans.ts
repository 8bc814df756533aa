import { z } from "zod";
import { COMPOSE_SECRETS } from "./compose-files.ts";

/** For `expect.poll`: Phoenix has started again and stored what was sent by then. */
export const STORED_BY_THEN = { timeout: 120_000, interval: 500 };

const PAGE = z.object({
  data: z.array(z.object({ context: z.object({ span_id: z.string() }) })),
  next_cursor: z.string().nullable(),
});

/** Reads the ids of all spans of the project "default", sorted. None while Phoenix is away. */
export async function storedIds(phoenixUrl: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = "", more = true; more;) {
    const page = await readPage(`${phoenixUrl}/v1/projects/default/spans?limit=1000${cursor}`);
    ids.push(...(page?.data ?? []).map(({ context }) => context.span_id));
    more = typeof page?.next_cursor === "string";
    cursor = `&cursor=${encodeURIComponent(page?.next_cursor ?? "")}`;
  }
  return ids.toSorted();
}

async function readPage(url: string): Promise<z.output<typeof PAGE> | undefined> {
  const headers = { authorization: `Bearer ${COMPOSE_SECRETS.PHOENIX_ADMIN_SECRET}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  return response?.ok ? PAGE.parse(await response.json()) : undefined;
}
