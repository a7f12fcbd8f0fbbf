import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Properties;

/** Opens the file of its first argument for reading, runs the statements that follow, and prints the first value that each gives. */
public class Ask {
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + args[0], properties);
        Statement statement = connection.createStatement()) {
      for (int i = 1; i < args.length; i++) {
        if (!statement.execute(args[i])) continue;
        try (ResultSet rows = statement.getResultSet()) {
          if (rows.next()) System.out.println(rows.getString(1));
        }
      }
    }
  }
}
