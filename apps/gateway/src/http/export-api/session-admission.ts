/** What a request of the export API needs of its SessionId. A poll too: it makes the job if there is none. */
export const neededOfSession = { scope: 'exports:write', what: 'SessionId', field: 'SessionId' } as const;
