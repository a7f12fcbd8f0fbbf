import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A pool of three connections that never reconnects: opens FILE, its argument. Each line of standard input holds queries, with tabs between them, that the
 * first connection answers, a line of first values with tabs between them; the other two go on running them. Ends with the number of queries and the failures.
 */
public class Pool {
  static final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  static volatile String[] busy = {};
  static volatile boolean done = false;
  static volatile long ran = 0;

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    List<Connection> pool = new ArrayList<>();
    for (int i = 0; i < 3; i++) pool.add(DriverManager.getConnection("jdbc:duckdb:" + args[0], properties));
    List<Thread> workers = new ArrayList<>();
    for (Connection connection : pool.subList(1, 3)) {
      Thread worker = new Thread(() -> work(connection));
      worker.start();
      workers.add(worker);
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      busy = line.split("\t");
      List<String> answers = new ArrayList<>();
      for (String sql : busy) answers.add(ask(pool.get(0), sql));
      System.out.println(String.join("\t", answers));
    }
    done = true;
    for (Thread worker : workers) worker.join();
    System.out.println(ran);
    for (String failure : failures) System.out.println(failure.replaceAll("\\s+", " "));
  }

  static void work(Connection connection) {
    while (!done) {
      for (String sql : busy) {
        ask(connection, sql);
        ran++;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException stop) {
        return;
      }
    }
  }

  static String ask(Connection connection, String sql) {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      String first = "";
      while (rows.next()) first = first.isEmpty() ? String.valueOf(rows.getString(1)) : first;
      return first;
    } catch (SQLException failure) {
      failures.add(sql + ": " + failure.getMessage());
      return "FAILED";
    }
  }
}
