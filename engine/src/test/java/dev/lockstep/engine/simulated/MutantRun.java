package dev.lockstep.engine.simulated;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.function.UnaryOperator;

/** Runs simulations and scripts inside a {@link MutatedLoader}, and talks to what is outside in strings. */
final class MutantRun implements UnaryOperator<String> {
    private static final String SCRIPT = "#";

    /** @return what runs with the classes of a loader */
    @SuppressWarnings("unchecked")
    static UnaryOperator<String> in(ClassLoader loader) {
        try {
            return (UnaryOperator<String>) anew(loader.loadClass(MutantRun.class.getName()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the mutated classes cannot be loaded", e);
        }
    }

    private static Object anew(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    /**
     * @param what a plan, or the class and the method of a scripted test; with its package, if that is not this one
     * @return the check that failed, and what it said; null if none did
     */
    @Override
    public String apply(String what) {
        return what.contains(SCRIPT) ? play(what) : simulate(what);
    }

    private static String simulate(String plan) {
        try {
            new SimulatedCluster(Plan.parse(plan)).run();
            return null;
        } catch (Violation e) {
            return e.getMessage();
        }
    }

    private static String play(String script) {
        String[] names = script.split(SCRIPT, 2);
        try {
            String prefix = names[0].contains(".") ? "dev.lockstep.engine." : MutantRun.class.getPackageName() + ".";
            Class<?> type = Class.forName(prefix + names[0]);
            Method test = type.getDeclaredMethod(names[1]);
            test.setAccessible(true);
            test.invoke(anew(type));
            return null;
        } catch (InvocationTargetException e) {
            return "SCRIPT: " + script + " fails: " + e.getCause();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("there is no script " + script, e);
        }
    }
}
