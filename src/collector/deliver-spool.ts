import { toError } from "../errors.ts";
import { createDestinations, type DestinationOptions } from "./destinations.ts";
import { inspectSpool, requireSpool, type SpoolState } from "./doctor/spool-state.ts";
import { createNotices, spansInWords } from "./notices.ts";
import { Outbox, type TimeLimit } from "./outbox.ts";
import { resolveSpool } from "./spool/spool-options.ts";

/** What stands in a spool may be masked: an address may hold a key. */
const NAME_IT = "Name it with --endpoint, as the program that left them does.";

/** Says which spool is delivered, and where to; over what the environment says. */
export interface DeliverOptions extends DestinationOptions, TimeLimit {
  /** The folder of the spool. */
  readonly directory?: string | undefined;
  /** Whether what was delivered, and is still kept, is sent once more. */
  readonly again?: boolean | undefined;
}

/** Says what became of the spans that lay in a spool. */
export interface DeliverReport {
  readonly isComplete: boolean;
  readonly sentences: readonly string[];
}

/**
 * Sends what processes that are no more have left in a spool, and waits until it is taken or the time is over.
 *
 * What living processes have there they send themselves, and what is for another address stays. Errors: ConfigurationError for a wrong
 * address, Error for what is no folder of a spool.
 */
export async function deliverSpool(options: DeliverOptions): Promise<DeliverReport> {
  const settings = resolveSpool(options.directory === undefined ? true : { directory: options.directory }, process.env);
  requireSpool(settings.directory);
  const destinations = createDestinations(options, process.env);
  const [{ url }] = destinations;
  const outbox = new Outbox({ settings, destinations, say: createNotices({ quiet: true }) });
  if (options.again) await outbox.sendAgain();
  const failure = await outbox.flush(options).then(
    () => undefined,
    (error: unknown) => toError(error).message,
  );
  const { delivered, takenOver, rejected } = outbox.stats();
  await outbox.shutdown({ timeoutMs: 1 });
  const refused = Object.values(rejected.byReason).reduce((sum, count) => sum + count, 0);
  const left = await inspectSpool(settings.directory);
  return {
    isComplete: failure === undefined && left.waiting === 0,
    sentences: [
      `${settings.directory}: ${spansInWords(takenOver)} left there for ${url}, ${delivered} delivered, ${refused} refused.`,
      ...(failure === undefined ? [] : [failure]),
      ...(failure === undefined && left.waiting > 0 ? [whatStays(left)] : []),
    ],
  };
}

function whatStays({ waitingOfLiving, awaited }: SpoolState): string {
  const others = awaited.filter((one) => one.waiting > one.waitingOfLiving);
  const parts = [
    ...(waitingOfLiving > 0 ? [`${spansInWords(waitingOfLiving)} of processes that live and send them`] : []),
    ...others.map((one) => `${spansInWords(one.waiting - one.waitingOfLiving)} for ${one.url ?? "another address"}`),
  ];
  const wayOut = others.length > 0 ? ` ${NAME_IT}` : "";
  return `Not sent from here: ${parts.join(", ")}.${wayOut}`;
}
