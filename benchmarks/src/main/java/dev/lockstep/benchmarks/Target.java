package dev.lockstep.benchmarks;

/**
 * What a figure should be.
 *
 * @param figure its name
 * @param relation which side of the bound is good
 * @param bound the last good value
 */
public record Target(String figure, Relation relation, double bound) {
    /** Which side of a bound is good. */
    public enum Relation {
        /** Less is better. */
        AT_MOST("<="),
        /** More is better. */
        AT_LEAST(">=");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }
    }

    /**
     * @param figure a figure's name
     * @param bound the highest good value
     * @return the target
     */
    public static Target atMost(String figure, double bound) {
        return new Target(figure, Relation.AT_MOST, bound);
    }

    /**
     * @param figure a figure's name
     * @param bound the lowest good value
     * @return the target
     */
    public static Target atLeast(String figure, double bound) {
        return new Target(figure, Relation.AT_LEAST, bound);
    }

    /**
     * @param value a measured value
     * @return whether it is good
     */
    public boolean isMetBy(double value) {
        return relation == Relation.AT_MOST ? value <= bound : value >= bound;
    }

    @Override
    public String toString() {
        return relation.sign + " " + Report.plain(bound);
    }
}
