// Means of a few seeds: Student's t, as any table has it. It touches no element.
const Statistics = (() => {
  "use strict";
  // ln Γ by Lanczos' series (Numerical Recipes' six coefficients, exact to 2e-10).
  const logGamma = x => {
    const series = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5]
      .reduce((sum, c, k) => sum + c / (x + k + 1), 1.000000000190015);
    return (x + 0.5) * Math.log(x + 5.5) - (x + 5.5) + Math.log(2.5066282746310005 * series / x);
  };

  // The regularized incomplete beta function by Lentz' continued fraction.
  const beta = (x, a, b) => {
    if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a);
    const tiny = 1e-300, away = value => Math.abs(value) < tiny ? tiny : value;
    let c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), fraction = d;
    for (let m = 1; m < 300; m++) {
      for (const term of [m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))]) {
        d = 1 / away(1 + term * d);
        c = away(1 + term / c);
        fraction *= c * d;
      }
      if (Math.abs(c * d - 1) < 1e-14) break;
    }
    return Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) * fraction / a;
  };

  // The probability that |t| is larger by chance, and the |t| that is larger with a probability.
  const twoSided = (t, degrees) => beta(degrees / (degrees + t * t), degrees / 2, 0.5);
  const quantile = (probability, degrees) => {
    let [low, high] = [0, 1];
    while (twoSided(high, degrees) > probability) high *= 2;
    for (let i = 0; i < 100; i++) {
      const middle = (low + high) / 2;
      if (twoSided(middle, degrees) > probability) low = middle; else high = middle;
    }
    return high;
  };

  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values => { const m = mean(values); return values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (values.length - 1); };

  // Mean and half the width of its interval of 95 %, which one value does not have.
  const estimate = values => ({
    mean: mean(values), count: values.length,
    half: values.length > 1 ? quantile(0.05, values.length - 1) * Math.sqrt(variance(values) / values.length) : undefined,
  });

  // The mean of differences of pairs, its interval and the p of no difference (paired t-test).
  const paired = differences => {
    const found = estimate(differences), error = Math.sqrt(variance(differences) / differences.length);
    return { ...found, p: error > 0 ? twoSided(found.mean / error, differences.length - 1) : found.mean === 0 ? 1 : 0 };
  };

  return { twoSided, quantile, estimate, paired };
})();
