package dev.lockstep.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** Fills a builder from properties, each setting by its name, and keeps what cannot be read until the engine is started. */
final class SettingKeys {
    static final String PREFIX = "lockstep.";
    /** What only code can make. */
    static final Set<String> IN_CODE = Set.of("stateMachine", "threadFactory", "callbackExecutor", "errorHandler");

    /** As far apart may two names be of which one is mistyped. */
    private static final int MISTYPED = 2;

    /** Takes a value to where it belongs. */
    private interface Setting {
        void read(String written);
    }

    private final Map<String, Setting> settings = new TreeMap<>();
    private final Map<String, String> mistakes = new TreeMap<>();

    SettingKeys(EngineBuilder builder) {
        bind("directory", SettingValues::path, builder::directory);
        bind("node", SettingValues::text, builder::node);
        bind("members", SettingValues::text, builder::members);
        bind("threading", written -> SettingValues.oneOf(Threading.class, written), builder::threading);
        bind("idle", written -> SettingValues.oneOf(Idle.class, written), builder::idle);
        bind("mode", written -> SettingValues.oneOf(Mode.class, written), builder::mode);
        bind("durability", written -> SettingValues.oneOf(Durability.class, written), builder::durability);
        bind("maxCommandBytes", SettingValues::bytes, builder::maxCommandBytes);
        bind("maxReplyBytes", SettingValues::bytes, builder::maxReplyBytes);
        bind("window", SettingValues::number, builder::window);
        bind("maxSubmitters", SettingValues::number, builder::maxSubmitters);
        bind("ringBytes", SettingValues::bytes, builder::ringBytes);
        bind("mtuBytes", SettingValues::bytes, builder::mtuBytes);
        bind("segmentBytes", SettingValues::bytes, builder::segmentBytes);
        bind("maxJournalBytes", SettingValues::manyBytes, builder::maxJournalBytes);
        bind("flushInterval", SettingValues::duration, builder::flushInterval);
        bind("snapshots", SettingValues::snapshots, builder::snapshots);
        bind("heartbeat", SettingValues::duration, builder::heartbeat);
        bind("electionTimeout", SettingValues::duration, builder::electionTimeout);
        bind("priority", SettingValues::number, builder::priority);
        bind("submitTimeout", SettingValues::duration, builder::submitTimeout);
        bind("ackTimeout", SettingValues::duration, builder::ackTimeout);
        bind("sharedMemory", SettingValues::path, builder::sharedMemory);
        bind("externalDriver", SettingValues::path, builder::externalDriver);
    }

    private <T> void bind(String name, Function<String, T> reader, Consumer<T> setter) {
        settings.put(name, written -> setter.accept(reader.apply(written)));
    }

    /** @return what could not be read, by the names of the settings */
    Collection<String> mistakes() {
        return mistakes.values();
    }

    /** @return the settings that can be written in properties */
    Set<String> names() {
        return settings.keySet();
    }

    /** @param isShared whether others may have properties with the prefix there, such as {@code lockstep.other.thing} */
    void read(Properties properties, boolean isShared) {
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            String value = properties.getProperty(key);
            String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : null;
            if (name != null && value != null && !(isShared && isOfOthers(name))) {
                read(name, value.strip());
            }
        }
    }

    /** No setting has a dot in its name. */
    private boolean isOfOthers(String name) {
        return name.indexOf('.') >= 0 && distance(name, nearest(name)) > MISTYPED;
    }

    private void read(String name, String value) {
        Setting setting = settings.get(name);
        if (setting == null) {
            mistakes.put(name, unknown(name));
            return;
        }
        mistakes.remove(name); // the last one counts
        try {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("give it a value, or leave it out");
            }
            setting.read(value);
        } catch (IllegalArgumentException e) {
            mistakes.put(name, PREFIX + name + " is \"" + value + "\"; " + e.getMessage());
        }
    }

    private String unknown(String name) {
        if (IN_CODE.contains(name)) {
            return PREFIX + name + " cannot be written in properties; call the builder's " + name + " instead";
        }
        return PREFIX + name + " is no setting; the nearest one is " + PREFIX + nearest(name);
    }

    private String nearest(String name) {
        List<String> all = new ArrayList<>(settings.keySet());
        all.sort((one, other) -> Integer.compare(distance(name, one), distance(name, other)));
        return all.get(0);
    }

    /** @return how many letters must be put in, taken out or replaced to make one of the other (Levenshtein) */
    private static int distance(String one, String other) {
        String from = SettingValues.plain(one);
        String to = SettingValues.plain(other);
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j - 1], diagonal) + 1);
            }
        }
        return row[to.length()];
    }
}
