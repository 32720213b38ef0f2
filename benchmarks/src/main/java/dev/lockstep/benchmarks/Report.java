package dev.lockstep.benchmarks;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints figures: first a line for each, for programs to read, then a table with the targets, for people. */
public final class Report {
    private static final int DECIMALS = 3;
    private static final double WHOLE_FROM = 1000;
    private static final String ROW = "%-44s %14s   %-12s %-7s %s%n";

    private final Map<String, Target> targets = new HashMap<>();

    /**
     * @param targets what some of the figures should be
     */
    public Report(List<Target> targets) {
        targets.forEach(target -> this.targets.put(target.figure(), target));
    }

    /**
     * @param figures what was measured
     * @param out where to print
     */
    public void print(Figures figures, PrintStream out) {
        for (String name : figures.names()) {
            out.println("figure: " + name + " = " + plain(figures.value(name)));
        }
        out.println();
        out.printf(Locale.ROOT, ROW, "figure", "value", "target", "", "rounds");
        for (String name : figures.names()) {
            printRow(figures, name, out);
        }
    }

    private void printRow(Figures figures, String name, PrintStream out) {
        double value = figures.value(name);
        Target target = targets.get(name);
        String verdict = target == null ? "" : target.isMetBy(value) ? "met" : "MISSED";
        String spread = figures.rounds(name) == 1
                ? ""
                : figures.rounds(name) + ": " + plain(figures.lowest(name)) + " to " + plain(figures.highest(name));
        out.printf(Locale.ROOT, ROW, name, plain(value), target == null ? "" : target, verdict, spread);
    }

    /**
     * @param value a number
     * @return the number in digits, without an exponent, with no more decimals than say something
     */
    static String plain(double value) {
        int decimals = Math.abs(value) < WHOLE_FROM ? DECIMALS : 0;
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
