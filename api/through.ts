import type { Request, RequestHandler, Response } from 'express';

/** Lets a request pass through one middleware: resolves when it says next, rejects with what it says next with. */
export const through = (middleware: RequestHandler, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    void middleware(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('A middleware failed', { cause: error }));
    });
  });
