const works = new Set<{ readonly work: () => void }>();

/**
 * Does something when this process exits, also by Ctrl-C or SIGTERM. Gives a function that takes it back.
 *
 * The listeners end the process themselves: a signal whose only other listener is a library's clean-up would end it
 * without an "exit" event.
 */
export function atExit(work: () => void): () => void {
  if (works.size === 0) listen();
  const entry = { work };
  works.add(entry);
  return () => {
    if (works.delete(entry) && works.size === 0) unlisten();
  };
}

function listen(): void {
  process.on("exit", doAll);
  process.on("SIGINT", exitInterrupted);
  process.on("SIGTERM", exitTerminated);
}

function unlisten(): void {
  process.off("exit", doAll);
  process.off("SIGINT", exitInterrupted);
  process.off("SIGTERM", exitTerminated);
}

function doAll(): void {
  for (const { work } of works) work();
}

function exitInterrupted(): void {
  process.exit(130);
}

function exitTerminated(): void {
  process.exit(143);
}
