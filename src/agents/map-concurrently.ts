/** Does the work on every item, at most `limit` at once, and waits until all have settled. Outcomes stand in the order of the items. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  { limit }: { readonly limit: number },
  work: (item: Item) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const outcomes: PromiseSettledResult<Result>[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) outcomes[index] = await settled(work(item));
  };
  const workers = Math.min(Math.max(limit, 1), items.length);
  await (workers > 1 ? Promise.all(Array.from({ length: workers }, worker)) : worker());
  return outcomes;
}

async function settled<Result>(promise: Promise<Result>): Promise<PromiseSettledResult<Result>> {
  try {
    return { status: "fulfilled", value: await promise };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}
