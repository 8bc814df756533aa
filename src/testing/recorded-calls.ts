import type { GenerateRequest } from "../models/model.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { type Difference, findDifference, markOf, type RequestMark } from "./recorded-match.ts";

interface Entry {
  readonly call: RecordedCall;
  readonly mark: RequestMark;
  isUsed: boolean;
}

/** Gives out recorded calls, each once, by what they were asked. */
export class RecordedCalls {
  readonly #entries: readonly Entry[];

  constructor(calls: readonly RecordedCall[]) {
    this.#entries = calls.map((call) => ({ call, mark: markOf(call.request), isUsed: false }));
  }

  /** Takes the first call with this request that was not taken yet; undefined if there is none. */
  take(request: GenerateRequest): RecordedCall | undefined {
    const asked = markOf(request);
    const entry = this.#entries.find(({ mark, isUsed }) => !isUsed && !findDifference(mark, asked));
    if (entry) entry.isUsed = true;
    return entry?.call;
  }

  /** Says why there is no call for a request: where the nearest one differs. */
  explain(request: GenerateRequest): string {
    const count = this.#entries.length;
    if (count === 0) return "The recording holds no model call.";
    const asked = markOf(request);
    const equal = this.#entries.filter(({ mark }) => !findDifference(mark, asked)).length;
    if (equal > 0) return `This request was recorded ${times(equal)}, and has been answered as often.`;
    const nearest = this.#entries
      .map(({ mark }, index) => ({ index, mark, difference: findDifference(mark, asked) ?? NO_DIFFERENCE }))
      .reduce((best, next) => (isNearer(next.difference, best.difference) ? next : best));
    const { index, mark, difference } = nearest;
    const role = (mark.messages[difference.message] ?? asked.messages[difference.message])?.role;
    const place = role ? `at messages[${difference.message}] (${role})` : "after its messages";
    return `None of the ${count} recorded requests is this one. The nearest, call ${index + 1}, differs ${place}: ${difference.text}.`;
  }
}

const NO_DIFFERENCE: Difference = { message: Infinity, position: 0, text: "" };

function isNearer(left: Difference, right: Difference): boolean {
  if (left.message !== right.message) return left.message > right.message;
  return left.position > right.position;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
