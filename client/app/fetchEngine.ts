/** The call's code: fetched while somebody waits in the line, and not before. */
export const fetchEngine = () => import('../call/engine.ts');
