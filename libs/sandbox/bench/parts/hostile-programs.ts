// oxlint-disable-next-line boundaries/dependencies -- the programs belong to the tests, and no package can depend on those
export { readPrograms, type ProgramCase } from '../../../../test/programs/read-programs.ts';
