package dev.lockstep.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The figures of one run, in the order in which they were first measured. One that is measured in several rounds counts
 * with their median; a maximum counts with the worst.
 */
public final class Figures implements Results {
    private static final String MAXIMUM = ".max.";

    private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

    @Override
    public void add(String name, double value) {
        rounds.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    /**
     * @return the names of all figures
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(rounds.keySet());
    }

    /**
     * @param name a figure
     * @return its value
     */
    public double value(String name) {
        return name.contains(MAXIMUM) ? highest(name) : median(name);
    }

    /**
     * @param name a figure
     * @return its lowest value in any round
     */
    public double lowest(String name) {
        return Collections.min(of(name));
    }

    /**
     * @param name a figure
     * @return its highest value in any round
     */
    public double highest(String name) {
        return Collections.max(of(name));
    }

    /**
     * @param name a figure
     * @return how often it was measured
     */
    public int rounds(String name) {
        return of(name).size();
    }

    /**
     * @param name a figure
     * @return its value in the newest round
     */
    public double newest(String name) {
        List<Double> values = of(name);
        return values.get(values.size() - 1);
    }

    private double median(String name) {
        List<Double> sorted = new ArrayList<>(of(name));
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private List<Double> of(String name) {
        List<Double> values = rounds.get(name);
        if (values == null) {
            throw new IllegalArgumentException("there is no figure " + name + ", only " + rounds.keySet());
        }
        return values;
    }
}
