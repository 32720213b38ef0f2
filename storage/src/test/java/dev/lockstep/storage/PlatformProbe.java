package dev.lockstep.storage;

/** The program that {@link PlatformStartTest} starts: asks whether it can run here, says so, and ends. */
final class PlatformProbe {
    static final String READY = "ready on Java ";
    static final int REFUSED = 3;

    private PlatformProbe() {}

    public static void main(String[] arguments) {
        try {
            Platform.check();
            System.out.println(READY + Runtime.version().feature());
        } catch (Platform.Unsupported refusal) {
            System.out.println(refusal.getMessage());
            System.exit(REFUSED);
        }
    }
}
