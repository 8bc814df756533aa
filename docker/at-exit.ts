/**
 * Does something when this process exits, also by Ctrl-C or SIGTERM. Gives a function that takes it back.
 *
 * The listeners end the process themselves: a signal whose only other listener is a library's clean-up would end it
 * without an "exit" event.
 */
export function atExit(work: () => void): () => void {
  process.once("exit", work);
  process.on("SIGINT", exitInterrupted);
  process.on("SIGTERM", exitTerminated);
  return () => {
    process.off("exit", work);
    process.off("SIGINT", exitInterrupted);
    process.off("SIGTERM", exitTerminated);
  };
}

function exitInterrupted(): void {
  process.exit(130);
}

function exitTerminated(): void {
  process.exit(143);
}
