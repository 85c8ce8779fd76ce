import { useSearchParams } from 'react-router';

/** One filter of a list: it is kept in the address, so that the way back leads to the same list. */
export function useFilter<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
): [Value, (value: Value) => void] {
  const [search, setSearch] = useSearchParams();
  const value = values.find((one) => one === search.get(name)) ?? values[0];
  const choose = (chosen: Value) =>
    setSearch(
      (before) => {
        if (chosen === values[0]) before.delete(name);
        else before.set(name, chosen);
        return before;
      },
      { replace: true },
    );
  return [value, choose];
}
