/** For jobs without a daily budget. */
export const NO_BUDGET = {
  reserve: () => Promise.reject(new Error("There is no daily budget.")),
  release: () => Promise.reject(new Error("Nothing was reserved.")),
};
