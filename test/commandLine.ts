/**
 * Reads the command line of a program. Asked for help it prints the usage and ends with 0; what it does not
 * understand it explains, and ends with 2.
 * @param readOptions of the program: throws an Error that says what is wrong
 */
export function understand<Options>(
  readOptions: (args: string[]) => Options | 'help',
  usage: string,
): Options {
  try {
    const read = readOptions(process.argv.slice(2));
    if (read !== 'help') return read;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}
