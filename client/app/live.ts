import { createStore } from '../store.ts';

/** Whether somebody sits opposite: then there is one screen only, wherever one goes. */
export const live = createStore({ live: false });
