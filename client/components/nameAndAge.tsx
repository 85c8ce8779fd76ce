/** "Jonas, 32". The name keeps its own direction: one that runs from right to left leaves the age where it is. */
export function NameAndAge({ name, age }: { name: string; age: number }) {
  return (
    <>
      <bdi>{name}</bdi>, {age}
    </>
  );
}
