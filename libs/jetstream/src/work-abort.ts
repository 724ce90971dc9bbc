/** The reason of an aborted `WorkContext.signal`. */
export class WorkAborted extends Error {
  override readonly name = 'WorkAborted';
  constructor(readonly because: 'ended' | 'shutdown') {
    super(because === 'ended' ? 'the export has ended' : 'the process shuts down');
  }
}
