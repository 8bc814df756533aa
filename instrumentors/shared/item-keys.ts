type Keys = (name: string) => string;

/** Past these, keys are put together anew: no more than so many are kept. */
const MAX_INDEX = 500;
const MAX_NAMES = 30;

/** By prefix, then by index. */
const kept = new Map<string, Keys[]>();

/**
 * Gives what makes keys for the attributes of one message: of "message.content" it makes "llm.input_messages.7.message.content".
 *
 * Keys are kept: one that is put together is a new text, and the engine has to find out each time that it knows it. For few prefixes.
 */
export function itemKeys(prefix: string, index: number): Keys {
  const ofMessages = kept.get(prefix) ?? [];
  kept.set(prefix, ofMessages);
  if (index > MAX_INDEX) return keysUnder(`${prefix}.${index}.`, 0);
  return (ofMessages[index] ??= keysUnder(`${prefix}.${index}.`, MAX_NAMES));
}

function keysUnder(start: string, maxKept: number): Keys {
  const keys = new Map<string, string>();
  return (name) => {
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = start + name;
    if (keys.size < maxKept) keys.set(name, key);
    return key;
  };
}
