import { createStore } from '../store.ts';

/** Whether somebody sits opposite, or waits for an answer: then there is one screen only, wherever one goes. */
export const live = createStore({ live: false });
