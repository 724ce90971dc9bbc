/** A program is not on this machine and cannot be fetched: the message says why. */
export class ToolUnavailable extends Error {
  override readonly name = 'ToolUnavailable';
}
